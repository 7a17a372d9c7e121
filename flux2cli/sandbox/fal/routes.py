"""Which handler responds to which request for fal's APIs: queue, sync calls, storage, CDN, platform, and a proxy."""

from flux2cli.sandbox.emulator import Rule, rule
from flux2cli.sandbox.fal import images, jobs, platform, proxy, storage

_JOB = r"/queue/(?P<app>.+)/requests/(?P<id>[^/]+)"
_QUEUE = (
    rule("fal.status", "GET", f"{_JOB}/status", jobs.status),
    rule("fal.stream", "GET", f"{_JOB}/status/stream", jobs.stream),
    rule("fal.cancel", "PUT", f"{_JOB}/cancel", jobs.cancel),
    rule("fal.result", "GET", f"{_JOB}(/response)?", jobs.result),
    rule("fal.submit", "POST", r"/queue/(?P<endpoint>.+)", jobs.submit),
    rule("fal.run", "POST", r"/run/(?P<endpoint>.+)/stream", jobs.run_stream),
    rule("fal.run", "POST", r"/run/(?P<endpoint>.+)", jobs.run),
)

_ID = r"(?P<id>[0-9a-f-]{36})"
_MULTIPART = rf"/cdn/files/u/{_ID}/[^/]+/multipart/(?P<upload>[0-9a-f-]{{36}})"
_STORAGE = (
    rule("fal.upload", "POST", r"/rest/storage/upload/initiate", storage.initiate),
    rule("fal.upload", "POST", r"/rest/storage/upload/initiate-multipart", storage.initiate_multipart),
    rule("fal.upload", "POST", r"/rest/storage/auth/token", storage.issue_token),
    rule("fal.token", "POST", r"/rest/tokens/?", storage.issue_app_token),
    rule("fal.put", "PUT", rf"/cdn/upload/{_ID}", storage.put_file),
    rule("fal.put", "PUT", rf"/cdn/upload/{_ID}/multipart/(?P<part>\d{{1,5}})", storage.put_part),
    rule("fal.upload", "POST", rf"/cdn/upload/{_ID}/multipart/complete", storage.complete_multipart),
    rule("fal.put", "POST", r"/cdn/files/upload", storage.post_file),
    rule("fal.upload", "POST", r"/cdn/files/upload/multipart", storage.post_multipart),
    rule("fal.put", "PUT", rf"{_MULTIPART}/(?P<part>\d{{1,5}})", storage.put_part),
    rule("fal.upload", "POST", rf"{_MULTIPART}/complete", storage.complete_multipart),
)

_CDN = (
    rule("fal.image", "GET", images.PATH, images.download),
    rule("fal.file", "GET", images.FILE_PATH, images.download_file),
)

_PLATFORM = (
    rule("fal.platform", "GET", r"/api/v1/models", platform.models),
    rule("fal.platform", "GET", r"/api/v1/models/pricing", platform.pricing),
    rule("fal.platform", "GET", r"/api/v1/models/requests/by-endpoint", platform.history),
)

_SERVICES = (*_QUEUE, *_STORAGE, *_CDN, *_PLATFORM)

RULES: tuple[Rule, ...] = (*_SERVICES, rule("fal.proxy", "*", r"/proxy", proxy.forward_to(_SERVICES)))
