"""Ask, decide, appeal, withdraw; look at papers."""

from lms.claims.services.appealing import appeal
from lms.claims.services.asking import Application, ask, withdraw
from lms.claims.services.deciding import Answer, decide
from lms.claims.services.looks import look

__all__ = ["Answer", "Application", "appeal", "ask", "decide", "look", "withdraw"]
