"""Certificates as OFD files (GB/T 33190) with an electronic seal (GB/T 38540).

`writer` makes them; `reading` says what a file proves; `picture` shows one. Import
them late: they bring the XML and SM2 libraries along.
"""
