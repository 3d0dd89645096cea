"""What the archive stores."""

from __future__ import annotations

from archive.models.article import AccessLevel, Article, ArticleReference, Status
from archive.models.entity import (
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityKind,
    EntityRedirect,
)
from archive.models.feed import SourceFeed
from archive.models.fingerprint import Fingerprint
from archive.models.import_run import (
    ArticleBefore,
    FileState,
    ImportFile,
    ImportRecord,
    ImportRun,
    Outcome,
    RunState,
)
from archive.models.outbox import OutboxRow, PublicEpoch
from archive.models.profile import ImportProfile
from archive.models.proposal import Proposal
from archive.models.received import ReceivedDocument
from archive.models.source import Source, SourceKind
from archive.models.synonym import Synonym
from archive.models.tag import COUNTED_STATES, Origin, Tag, TagEvidence, TagState
from archive.models.version import ArticleVersion

__all__ = [
    "COUNTED_STATES",
    "AccessLevel",
    "Article",
    "ArticleBefore",
    "ArticleReference",
    "ArticleVersion",
    "Entity",
    "EntityAlias",
    "EntityIdentifier",
    "EntityKind",
    "EntityRedirect",
    "FileState",
    "Fingerprint",
    "ImportFile",
    "ImportProfile",
    "ImportRecord",
    "ImportRun",
    "Origin",
    "OutboxRow",
    "Outcome",
    "Proposal",
    "PublicEpoch",
    "ReceivedDocument",
    "RunState",
    "Source",
    "SourceFeed",
    "SourceKind",
    "Status",
    "Synonym",
    "Tag",
    "TagEvidence",
    "TagState",
]
