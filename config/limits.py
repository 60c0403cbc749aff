"""How large files may be and how long they are kept: settings, read by config/settings.py."""

from config import env

FILES_KEPT_DAYS = env.number("FILES_KEPT_DAYS", 30)  # of a job that ended; 0: for ever
# Large files come in parts. What was not finished is thrown away after a while.
UPLOAD_PART_MB = env.number(
    "UPLOAD_PART_MB", 8
)  # of browsers; others may send up to eight times as much at once
UPLOAD_MOST_MB = env.number("UPLOAD_MOST_MB", 20_000)  # a file
UPLOAD_QUOTA_MB = env.number("UPLOAD_QUOTA_MB", 100_000)  # all unfinished files of an organization
UPLOAD_KEPT_HOURS = env.number("UPLOAD_KEPT_HOURS", 48)  # since the last part came
# How long an organization can be taken back that an owner ordered to be deleted, and a file with somebody's own data.
ORGANIZATION_KEPT_DAYS = env.number("ORGANIZATION_KEPT_DAYS", 30)
PERSONAL_FILES_KEPT_DAYS = env.number("PERSONAL_FILES_KEPT_DAYS", 7)
