-- Who is at work on deliveries. What a sender has leased is its own until then, and free again afterwards; it puts the moment off while it lives.

-- +goose Up

CREATE TABLE senders (
    id    TEXT   PRIMARY KEY, -- deliveries.leased_by
    until BIGINT NOT NULL
);

DROP INDEX deliveries_waiting;

DROP INDEX deliveries_leased;

ALTER TABLE deliveries DROP COLUMN leased_until;

CREATE INDEX deliveries_waiting ON deliveries (issue, next) WHERE state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL;

CREATE INDEX deliveries_leased ON deliveries (leased_by) WHERE leased_by IS NOT NULL;
