-- +goose Up

-- What came back for deliveries: of each kind the first, so that a report read twice counts once.
CREATE TABLE bounces (
    delivery   TEXT   NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL, -- digest.BounceKind
    address    TEXT   NOT NULL, -- that the report names; may be empty
    diagnostic TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (delivery, kind)
);

CREATE INDEX bounces_at ON bounces (at);
