-- That a message was sent stands in its sender's row at first, beside what that has on the wire, so that each commit changes this row alone. It is
-- written to the deliveries many at a time.

-- +goose Up

ALTER TABLE senders ADD COLUMN sent TEXT NOT NULL DEFAULT '[]'; -- ids of deliveries that are leased still, but sent at the first try, as a list …

ALTER TABLE senders ADD COLUMN sent_at BIGINT; -- … and when: deliveries.next

-- The deliveries as they are, with what their senders' rows tell of them.
CREATE VIEW ledger AS
SELECT id, issue, newsletter, subscriber, email, name, tags, stored, due, tries + sent AS tries, reply,
    CASE WHEN sent = 1 THEN COALESCE(sent_at, next) ELSE next END AS next,
    CASE WHEN sent = 1 THEN 'sent' WHEN wired = 1 THEN 'sending' ELSE stored END AS state
FROM (
    SELECT d.id, d.issue, d.newsletter, d.subscriber, d.email, d.name, d.tags, d.state AS stored, d.due, d.next, d.tries, d.reply, w.sent_at,
        CASE WHEN w.sent <> REPLACE(w.sent, d.id, '') THEN 1 ELSE 0 END AS sent,
        CASE WHEN w.wire <> REPLACE(w.wire, d.id, '') THEN 1 ELSE 0 END AS wired
    FROM deliveries d LEFT JOIN senders w ON w.id = d.leased_by
) q;
