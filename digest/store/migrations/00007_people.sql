-- What the command line does with subscribers, and their time zones.

-- +goose Up

CREATE INDEX subscribers_timezone ON subscribers (timezone) WHERE timezone <> '';

-- Addresses that were erased, so that nobody adds them again by mistake: a MAC of each, under the store's key.
CREATE TABLE erased (
    hash TEXT   PRIMARY KEY,
    at   BIGINT NOT NULL
);
