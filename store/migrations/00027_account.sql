-- +goose Up
-- Each row is about one WeChat account, by its AppID. '' is of before, and is given to the
-- account that is configured at the next start.
alter table request add column account text not null default '';
-- 1: its cards say that nobody serves its account.
alter table request add column unserved bigint not null default 0;
create index request_account on request (account, n);

alter table schedule add column account text not null default '';
drop index schedule_name;
create unique index schedule_name on schedule (account, folded) where state <> 'removed';

alter table audience_version add column account text not null default '';
alter table audience_act add column account text not null default '';
alter table audience rename to audience_before;
create table audience (
    account text not null,
    name text not null,
    version bigint not null,
    latest bigint not null,
    primary key (account, name)
);
insert into audience (account, name, version, latest) select '', name, version, latest from audience_before;
drop table audience_before;

alter table unsubscribed rename to unsubscribed_before;
create table unsubscribed (
    account text not null,
    openid text not null,
    hash bigint not null,
    who text not null,
    reason text not null,
    at bigint not null,
    primary key (account, openid)
);
insert into unsubscribed (account, openid, hash, who, reason, at) select '', openid, hash, who, reason, at from unsubscribed_before;
drop table unsubscribed_before;

alter table wechat_nickname rename to wechat_nickname_before;
create table wechat_nickname (
    account text not null,
    name text not null,
    template text not null,
    primary key (account, name)
);
insert into wechat_nickname (account, name, template) select '', name, template from wechat_nickname_before;
drop table wechat_nickname_before;

-- How fast an API is called is nothing to keep over a start.
drop table rate;
create table rate (
    account text not null,
    api text not null,
    next_at bigint not null default 0,
    slow bigint not null default 0,
    slow_until bigint not null default 0,
    primary key (account, api)
);

-- +goose Down
-- Of what several accounts have under one name, one is kept.
drop table rate;
create table rate (
    api text primary key,
    next_at bigint not null default 0,
    slow bigint not null default 0,
    slow_until bigint not null default 0
);

alter table wechat_nickname rename to wechat_nickname_after;
create table wechat_nickname (
    name text primary key,
    template text not null
);
insert into wechat_nickname (name, template) select name, max(template) from wechat_nickname_after group by name;
drop table wechat_nickname_after;

alter table unsubscribed rename to unsubscribed_after;
create table unsubscribed (
    openid text primary key,
    hash bigint not null,
    who text not null,
    reason text not null,
    at bigint not null
);
insert into unsubscribed (openid, hash, who, reason, at)
    select openid, max(hash), max(who), max(reason), max(at) from unsubscribed_after group by openid;
drop table unsubscribed_after;

alter table audience rename to audience_after;
create table audience (
    name text primary key,
    version bigint not null,
    latest bigint not null
);
insert into audience (name, version, latest) select name, max(version), max(latest) from audience_after group by name;
drop table audience_after;
alter table audience_act drop column account;
alter table audience_version drop column account;

drop index schedule_name;
update schedule set state = 'removed' where state <> 'removed' and exists (
    select 1 from schedule other where other.folded = schedule.folded and other.state <> 'removed' and other.id < schedule.id);
alter table schedule drop column account;
create unique index schedule_name on schedule (folded) where state <> 'removed';

drop index request_account;
alter table request drop column unserved;
alter table request drop column account;
