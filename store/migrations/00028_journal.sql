-- +goose Up
-- One record for all rooms: who did what to what, and when.
create table journal (
    id text primary key,
    room text not null,
    account text not null,
    subject text not null,
    once text,
    at bigint not null,
    verb text not null,
    who text not null,
    note text not null,
    answer text not null
);
insert into journal (id, room, account, subject, once, at, verb, who, note, answer)
    select id, 'request', '', cast(request as text), once, at, verb, who, note, answer from act;
insert into journal (id, room, account, subject, once, at, verb, who, note, answer)
    select id, 'article', '', cast(article as text), once, at, verb, who, note, answer from article_act;
insert into journal (id, room, account, subject, once, at, verb, who, note, answer)
    select id, 'audience', account, audience, once, at, verb, who, note, answer from audience_act;
insert into journal (id, room, account, subject, once, at, verb, who, note, answer)
    select id, 'schedule', '', cast(schedule as text), null, at, verb, who, '', '' from schedule_act;
create unique index journal_once on journal (room, once);
create index journal_subject on journal (room, subject, id);
drop table act;
drop table article_act;
drop table audience_act;
drop table schedule_act;

-- +goose Down
create table act (
    id text primary key,
    once text unique,
    request bigint not null,
    at bigint not null,
    verb text not null,
    who text not null,
    note text not null,
    answer text not null
);
create index act_request on act (request, id);
insert into act select id, once, cast(subject as bigint), at, verb, who, note, answer from journal where room = 'request';
create table article_act (
    id text primary key,
    once text unique,
    article bigint not null,
    at bigint not null,
    verb text not null,
    who text not null,
    note text not null,
    answer text not null
);
create index article_act_article on article_act (article, id);
insert into article_act select id, once, cast(subject as bigint), at, verb, who, note, answer from journal where room = 'article';
create table audience_act (
    id text primary key,
    once text unique,
    audience text not null,
    at bigint not null,
    verb text not null,
    who text not null,
    note text not null,
    answer text not null,
    account text not null default ''
);
create index audience_act_audience on audience_act (audience, id);
insert into audience_act select id, once, subject, at, verb, who, note, answer, account from journal where room = 'audience';
create table schedule_act (
    id text primary key,
    schedule bigint not null references schedule (id),
    at bigint not null,
    who text not null,
    verb text not null
);
create index schedule_act_of on schedule_act (schedule, id);
insert into schedule_act select id, cast(subject as bigint), at, who, verb from journal where room = 'schedule';
drop table journal;
