-- +goose Up
-- Of somebody who was forgotten and wanted nothing more: the SHA-256 of the openid, in hex, by
-- which they are still not written to.
create table unsubscribed_digest (
    account text not null,
    digest text not null,
    hash bigint not null, -- the first 64 bits of it, as audience_key has them
    at bigint not null,
    primary key (account, digest)
);

-- +goose Down
drop table unsubscribed_digest;
