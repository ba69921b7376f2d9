-- Subscribers with a time zone of their own.

-- +goose Up

CREATE INDEX subscribers_timezone ON subscribers (timezone) WHERE timezone <> '';
