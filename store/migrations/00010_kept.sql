-- +goose Up
-- Of a schedule's fire whose content was not what had been approved: the content that
-- its line only names, as it was then, and where it differed.
create table request_kept (
    request bigint primary key,
    grant_n bigint not null,
    kept text not null,
    changes text not null
);
create index request_kept_grant on request_kept (grant_n);

-- A sum over the members of a version, and one over the values of each of its columns.
alter table audience_version add column sums text not null default '';

-- +goose Down
alter table audience_version drop column sums;
drop table request_kept;
