"""Static files as they are served: under names that hold a hash of what is in them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage as Hashed


class HashedFiles(Hashed):
    """Compressed and hashed; scripts and style sheets name one another by the hashed names too."""

    support_js_module_import_aggregation = True
    # In our modules alone: comments in what libraries bring name files that are not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        Hashed._js_module_import_aggregation_patterns[1],  # noqa: SLF001
    )
    # A file's name waits for the names of those it imports: one pass for each step of the way.
    max_post_process_passes = 12
