"""The doors of rooms that keep a list of their own, put together for the table."""

from tests.house import (
    doors_of_classes,
    doors_of_people,
    doors_of_reports,
    doors_of_teachers,
    doors_of_threads,
)

DESK = (
    doors_of_classes.DESK
    | doors_of_people.DESK
    | doors_of_reports.DESK
    | doors_of_teachers.DESK
    | doors_of_threads.DESK
)
SECOND = (
    doors_of_classes.RULES
    | doors_of_people.SECOND
    | doors_of_reports.SECOND
    | doors_of_teachers.SECOND
    | doors_of_threads.RULES
)
OUTSIDE = doors_of_threads.OUTSIDE
OWN = doors_of_classes.OWN | doors_of_people.OWN | doors_of_threads.OWN
ANYBODY = (
    doors_of_classes.SCAN
    | doors_of_people.ANYBODY
    | doors_of_reports.INVITED
    | doors_of_threads.HELP
)
ENTERS = doors_of_teachers.ENTERS
DRAFTING = doors_of_teachers.DRAFTING
