"""Facts about fal that need neither its routes nor its wire functions."""

from flux2cli.providers.provider_info import ProviderInfo

INFO = ProviderInfo(
    name="fal",
    title="fal",
    key_variables=(("FAL_KEY",), ("FAL_KEY_ID", "FAL_KEY_SECRET")),
    key_page="https://fal.ai/dashboard/keys",
    key_hosts=("fal.run", "*.fal.run", "falrun.com", "*.falrun.com", "rest.fal.ai", "api.fal.ai"),
    uploads=True,
    upload_lifetime="for a day",  # see `api.UPLOAD_SECONDS`
    upload_limit=50 * 1024 * 1024,  # the default of fal's hosted toolkit for inputs
    emulator="flux2cli.sandbox.fal",
)
