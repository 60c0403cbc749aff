"""Static files under names that hold a hash of their content; ES modules import one another by them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage as Storage


class StaticStorage(Storage):  # type: ignore[misc]
    """Hashed and compressed; `import … from "./x.js";` in a module of ours is rewritten to the hashed name.

    `support_js_module_import_aggregation` would do that to modules of others too, which mention imports in
    comments and then fail to be collected.
    """

    patterns = (*Storage.patterns, ("js/*.js", Storage._js_module_import_aggregation_patterns[1]))
