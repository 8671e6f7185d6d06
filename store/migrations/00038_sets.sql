-- +goose Up
-- Whose voices a request needs, such as 1@S0LEGAL+1@U0BRAND; '' any approvers'. Of a broadcast
-- that is being prepared it is what it needs whatever the policy says.
alter table request add column sets text not null default '';
-- For whom somebody approved beside themselves: Slack ids with spaces between.
alter table approval add column stands_for text not null default '';
-- Who is away, until when, and who stands in for their approvals.
create table absence (
    who text primary key,
    stand_in text not null,
    since bigint not null,
    until bigint not null
);
create index absence_until on absence (until);
-- The openid that somebody linked as their own, for an account; and the codes by which they may.
create table own_openid (
    account text not null,
    who text not null,
    openid text not null,
    at bigint not null,
    primary key (account, who)
);
create unique index own_openid_openid on own_openid (account, openid);
create table own_code (
    account text not null,
    scene text not null,
    who text not null,
    until bigint not null,
    primary key (account, scene)
);

-- +goose Down
drop table own_code;
drop table own_openid;
drop table absence;
alter table approval drop column stands_for;
alter table request drop column sets;
