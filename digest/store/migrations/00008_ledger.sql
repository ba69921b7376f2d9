-- Who is at work on deliveries. What a sender has leased is its own until then, and free again afterwards; it puts the moment off while it lives.

-- +goose Up

CREATE TABLE senders (
    id    TEXT   PRIMARY KEY, -- deliveries.leased_by
    until BIGINT NOT NULL
);

DROP INDEX deliveries_waiting;

DROP INDEX deliveries_leased;

ALTER TABLE deliveries DROP COLUMN leased_until;

-- The last two are in it so that counting needs no more than the index.
CREATE INDEX deliveries_waiting ON deliveries (issue, next, state, leased_by) WHERE state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL;

CREATE INDEX deliveries_leased ON deliveries (leased_by) WHERE leased_by IS NOT NULL;

-- Most deliveries go from queued over sending to sent, and are in it at no time.
DROP INDEX deliveries_state;

CREATE INDEX deliveries_troubled ON deliveries (issue, state) WHERE state NOT IN ('queued', 'sending', 'sent');
