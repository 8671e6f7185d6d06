-- +goose Up
-- What a request's line calls by a name that somebody may change: an audience, a
-- template's nickname, an article.
create table request_name (
    what text not null,
    name text not null,
    request bigint not null,
    primary key (what, name, request)
);
insert into request_name (what, name, request) select distinct 'audience', b.audience, b.request from broadcast b;
-- What is scheduled already: rather too many are taken to refer to a name than too few.
insert into request_name (what, name, request) select distinct 'audience', a.name, v.n
    from schedule_version v join audience a on v.terms like '%@' || a.name || '%';
insert into request_name (what, name, request) select distinct 'nickname', k.name, v.n
    from schedule_version v join wechat_nickname k on lower(v.terms) like '%' || k.name || '%';

-- Who named a template, and which one a nickname stood for before: '' none.
create table nickname_act (
    id text primary key,
    account text not null default '',
    name text not null,
    at bigint not null,
    who text not null,
    was text not null,
    template text not null
);
create index nickname_act_was on nickname_act (was, id);
create index nickname_act_template on nickname_act (template, id);

-- +goose Down
drop table nickname_act;
drop table request_name;
