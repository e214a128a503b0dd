-- server/0003: the second factor of people, one-time sign-in links, and what the office asks for most

ALTER TABLE account ADD COLUMN totp_secret BLOB;                      -- of RFC 6238; absent until a code confirmed it
ALTER TABLE account ADD COLUMN totp_pending BLOB;                     -- shown to its owner, not confirmed yet
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;  -- the last one used: a code works once
ALTER TABLE session ADD COLUMN has_second_factor INTEGER NOT NULL DEFAULT 0;

CREATE TABLE sign_in_link (
  rowid INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, user_id BLOB NOT NULL, expires_ms INTEGER NOT NULL
) STRICT;

-- The feed of one customer's link, and values that lost a merge, without reading the whole feed.
CREATE INDEX sign_off_by_link ON sign_off (link_hash) WHERE link_hash IS NOT NULL;
CREATE INDEX feed_merged ON feed (entity_id) WHERE ruling = 2;
