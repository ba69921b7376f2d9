-- How many messages relays were given, for limits such as 10000 a day.

-- +goose Up

CREATE TABLE rates (
    relay    TEXT   NOT NULL, -- user@host:port
    rate     TEXT   NOT NULL, -- the limit, such as 10000/day
    span     BIGINT NOT NULL, -- a 24th of its time, counted from 1970
    messages BIGINT NOT NULL,
    PRIMARY KEY (relay, rate, span)
);
