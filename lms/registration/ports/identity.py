"""Who tells whether the face in front of a camera is the applicant's."""

from typing import Protocol


class FaceVerifier(Protocol):
    """Compares a face with the applicant's photograph.

    A house without one joins nothing here; its pages say so, and offer the password
    with a code to the applicant's phone, or the counter.
    """

    def same(self, likeness: bytes, photograph: bytes) -> bool:
        """Tell whether a picture taken now shows the person of a photograph.

        Units: both are JPEG. Raises: Refused for a picture without one face;
        Unavailable.
        """
        ...
