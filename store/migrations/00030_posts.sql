-- +goose Up
-- A message at a place in Slack, of whichever room.
create table post (
    id text primary key,
    owner text not null,
    subject text not null,
    role text not null,
    parent text not null,
    channel text not null,
    thread text not null,
    ts text not null default '',
    person text not null,
    lost_channel text not null default '',
    card text not null default '',
    once bigint not null default 0,
    queued bigint not null default 0,
    drawing_until bigint not null default 0,
    fails bigint not null default 0
);
-- What is said once is kept until it stands.
insert into post (id, owner, subject, role, parent, channel, thread, ts, person, lost_channel, card, once, queued, drawing_until, fails)
    select id, 'request', cast(request as text), role, parent, channel, thread, ts, person, lost_channel,
        case when says = '' then '' else '{"body":[' || says || ']}' end,
        case when role in ('card', 'status') then 0 else 1 end, queued, drawing_until, fails
    from place where role in ('card', 'status') or ts = '' and (queued = 1 or drawing_until > 0);
insert into post (id, owner, subject, role, parent, channel, thread, ts, person)
    select 'article ' || n, 'article', cast(n as text), 'card', '', card_channel, card_thread, card_ts, case when card_channel <> channel then asked_by else '' end
    from article where card_ts <> '';
insert into post (id, owner, subject, role, parent, channel, thread, ts, person)
    select id, 'article', id, 'run', 'article ' || article, channel, thread, ts, ''
    from article_run where state in ('queued', 'writing', 'stopping');
create index post_subject on post (owner, subject);
create index post_parent on post (parent) where ts = '';
drop table place;
alter table article drop column card_channel;
alter table article drop column card_thread;
alter table article drop column card_ts;
alter table article drop column drawing_until;
alter table article_run drop column channel;
alter table article_run drop column thread;
alter table article_run drop column ts;

-- +goose Down
alter table article_run add column channel text not null default '';
alter table article_run add column thread text not null default '';
alter table article_run add column ts text not null default '';
update article_run set channel = p.channel, thread = p.thread, ts = p.ts from post p where p.owner = 'article' and p.role = 'run' and p.subject = article_run.id;
alter table article add column card_channel text not null default '';
alter table article add column card_thread text not null default '';
alter table article add column card_ts text not null default '';
alter table article add column drawing_until bigint not null default 0;
update article set card_channel = p.channel, card_thread = p.thread, card_ts = p.ts
    from post p where p.owner = 'article' and p.role = 'card' and p.ts <> '' and p.subject = cast(article.n as text);
create table place (
    id text primary key,
    request bigint not null references request (n),
    role text not null,
    parent text not null,
    channel text not null,
    thread text not null,
    ts text not null default '',
    person text not null,
    lost_channel text not null default '',
    queued bigint not null default 0,
    drawing_until bigint not null default 0,
    fails bigint not null default 0,
    says text not null default ''
);
create index place_request on place (request);
insert into place (id, request, role, parent, channel, thread, ts, person, lost_channel, queued, drawing_until, fails, says)
    select id, cast(subject as bigint), role, parent, channel, thread, ts, person, lost_channel, queued, drawing_until, fails,
        case when card = '' then '' else substr(card, 10, length(card) - 11) end
    from post where owner = 'request';
drop table post;
