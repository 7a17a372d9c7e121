"""Facts about Black Forest Labs that need neither its routes nor its wire functions."""

from flux2cli.providers.provider_info import ProviderInfo, ProviderSetting

INFO = ProviderInfo(
    name="bfl",
    title="Black Forest Labs",
    key_variables=(("BFL_API_KEY",),),
    key_page="https://dashboard.bfl.ai",
    key_hosts=("bfl.ai", "*.bfl.ai"),
    settings=(
        ProviderSetting(
            name="region",
            summary="where images are made; global may fail over to another region",
            choices=("global", "eu", "us"),
            default="global",
        ),
    ),
    uploads=False,
    upload_limit=20 * 1024 * 1024,  # its documentation
    most_active=24,
    emulator="flux2cli.sandbox.bfl",
)
