-- +goose Up
-- A request that was removed because it had ended long ago: what it was, when it went, and by
-- which RETAIN. Its acts stay in the record.
create table removed_request (
    n bigint primary key,
    account text not null,
    kind text not null,
    state text not null, -- in which it had ended
    asked_at bigint not null,
    ended_at bigint not null,
    removed_at bigint not null,
    setting text not null
);
-- By these a request finds what belongs to it, and what still refers to it.
create index delivery_ref_request on delivery_ref (request);
create index request_name_request on request_name (request);
create index taken_back_open on taken_back (by_request, of_request) where at = 0;
create index article_filing_request on article_filing (request);
-- +goose Down
drop index article_filing_request;
drop index taken_back_open;
drop index request_name_request;
drop index delivery_ref_request;
drop table removed_request;
