"""When things happen: jobs on RQ, enqueued by dotted name. The work lies in PostgreSQL; RQ only wakes us."""
