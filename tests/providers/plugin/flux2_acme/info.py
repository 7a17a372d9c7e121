"""What flux2 knows of Acme without its routes and wire functions."""

from flux2cli.providers.interface import ProviderInfo, ProviderSetting

INFO = ProviderInfo(
    name="acme",
    title="Acme Pictures",
    key_variables=(("ACME_TOKEN",),),
    key_page="https://acme.example/account/tokens",
    key_hosts=("api.acme.example",),
    uploads=False,
    upload_limit=5 * 1024 * 1024,
    most_active=2,
    settings=(ProviderSetting(name="tier", summary="how soon Acme begins", choices=("slow", "fast"), default="slow"),),
    emulator="flux2_acme.emulator",
)
