"""Facts about Black Forest Labs that need neither its routes nor its wire functions."""

from flux2cli.providers.provider_info import ProviderInfo

INFO = ProviderInfo(
    name="bfl",
    title="Black Forest Labs",
    key_variables=(("BFL_API_KEY",),),
    key_page="https://dashboard.bfl.ai",
    key_hosts=("bfl.ai", "*.bfl.ai"),
    uploads=False,
    upload_limit=20 * 1024 * 1024,  # its documentation
    most_active=24,
    emulator="flux2cli.sandbox.bfl",
)
