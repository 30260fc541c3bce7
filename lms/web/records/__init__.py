"""A constructor's own record: learning centre, hours, certificates, renewal."""
