"""Settings of imports: how much one may read, so that no file fills disk or memory, and where files may lie.

Without a process of its own, a file is read in the worker itself, and is slower. A folder, or a storage of Django's,
opens what lies there to imports: each organization finds its own files below its slug.
"""

from config import env

env.prefer(
    "ARROW_DEFAULT_MEMORY_POOL", "system"
)  # others take a gigabyte beforehand, which would count as used
IMPORT_MOST_MEGABYTES = env.number("IMPORT_MOST_MEGABYTES", 50_000)  # unpacked
IMPORT_MOST_RATIO = env.number("IMPORT_MOST_RATIO", 200)  # unpacked to packed, beyond the first 64 MB
IMPORT_MOST_FILES = env.number("IMPORT_MOST_FILES", 1000)  # at once
IMPORT_MOST_COLUMNS = env.number("IMPORT_MOST_COLUMNS", 1000)
IMPORT_MEMORY_MEGABYTES = env.number(
    "IMPORT_MEMORY_MEGABYTES", 1024
)  # of the process that reads; 0: no limit
IMPORT_PROCESS = env.flag("IMPORT_PROCESS", default=True)
IMPORT_FOLDER = env.text("IMPORT_FOLDER")
IMPORT_STORAGE = env.text("IMPORT_STORAGE")  # a class, such as storages.backends.s3.S3Storage
