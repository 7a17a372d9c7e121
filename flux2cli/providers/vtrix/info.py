"""Facts about Vtrix that need neither its routes nor its wire functions."""

from flux2cli.providers.provider_info import ProviderInfo, ProviderSetting

INFO = ProviderInfo(
    name="vtrix",
    title="Vtrix",
    key_variables=(("VTRIX_API_KEY",),),
    key_page="https://vtrix.ai/settings?tab=api-keys",
    key_hosts=("vtrix.ai", "*.vtrix.ai"),
    settings=(
        ProviderSetting(
            name="body",
            summary="the shape of the bodies that Vtrix is sent",
            choices=("wrapped", "flat"),
            default="wrapped",
        ),
    ),
    uploads=False,
    upload_limit=20 * 1024 * 1024,  # documented for Vtrix' other models, not for FLUX.2
    emulator="flux2cli.sandbox.vtrix",
)
