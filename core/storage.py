"""Static files under names that hold a hash of their content, and ES modules that import one another by them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; `import … from "./x.js";` is rewritten to the hashed name."""

    support_js_module_import_aggregation = True
