"""The service's tables: the job kernel's alone. An analysis is the result of its job."""

from errand.common.jobs.models import metadata

METADATA = (metadata,)
