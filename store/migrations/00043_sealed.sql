-- +goose Up
-- Each act holds the hash of the one before it: seq is its place in that chain, null until
-- it is sealed a moment after it was written. about is the account as it was sealed.
alter table journal add column seq bigint;
alter table journal add column prev text not null default '';
alter table journal add column hash text not null default '';
alter table journal add column about text not null default '';
create unique index journal_seq on journal (seq);
create index journal_unsealed on journal (id) where seq is null;
create index journal_who on journal (who, id);
-- The newest act of the chain.
create table journal_head (
    one bigint primary key,
    seq bigint not null,
    hash text not null
);
insert into journal_head (one, seq, hash) values (1, 0, '');

-- +goose Down
drop table journal_head;
drop index journal_who;
drop index journal_unsealed;
drop index journal_seq;
alter table journal drop column about;
alter table journal drop column hash;
alter table journal drop column prev;
alter table journal drop column seq;
