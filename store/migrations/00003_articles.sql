-- +goose Up
insert into counter (name, n) values ('article', 0);

-- An article and how it stands. Its texts are revisions; number 0 is none yet.
create table article (
    n bigint primary key,
    state text not null,
    brief text not null,
    source text not null,
    lang text not null,
    words bigint not null,
    style text not null,
    asked_title text not null,
    asked_by text not null,
    channel text not null,
    thread text not null,
    asked_at bigint not null,
    revision bigint not null default 0,
    cover text not null default '',
    card_channel text not null default '',
    card_thread text not null default '',
    card_ts text not null default '',
    drawing_until bigint not null default 0
);

-- A text, never changed once written: who or what made it, of what, at what price.
create table article_revision (
    article bigint not null references article (n),
    n bigint not null,
    text text not null,
    how text not null,
    who text not null,
    note text not null,
    outline text not null default '',
    model text not null default '',
    prompt text not null default '',
    tokens_in bigint not null default 0,
    tokens_out bigint not null default 0,
    unfinished bigint not null default 0,
    at bigint not null,
    primary key (article, n)
);

-- One errand of the writer, with what it has come to.
create table article_run (
    id text primary key,
    article bigint not null references article (n),
    kind text not null,
    wish text not null,
    state text not null,
    stage text not null,
    outline text not null default '',
    draft text not null default '',
    notes text not null default '',
    part text not null default '',
    loops bigint not null default 0,
    model text not null default '',
    prompt text not null default '',
    tokens_in bigint not null default 0,
    tokens_out bigint not null default 0,
    reason text not null default '',
    who text not null,
    channel text not null default '',
    thread text not null default '',
    ts text not null default '',
    begun_at bigint not null
);
create index article_run_article on article_run (article, begun_at);

create table article_waiver (
    article bigint not null references article (n),
    mark text not null,
    reason text not null,
    who text not null,
    at bigint not null,
    primary key (article, mark)
);

create table article_blob (
    sha256 text primary key,
    mime text not null,
    width bigint not null,
    height bigint not null,
    data bytea not null
);

-- An image by the name that an article's text calls it.
create table article_image (
    article bigint not null references article (n),
    name text not null,
    sha256 text not null,
    problem text not null default '',
    primary key (article, name)
);

-- What WeChat has of ours: nothing is uploaded twice.
create table article_sent (
    account text not null,
    usage text not null,
    sha256 text not null,
    reply text not null,
    at bigint not null,
    primary key (account, usage, sha256)
);

-- A set of articles at WeChat, or on its way there.
create table article_filing (
    id text primary key,
    account text not null,
    request bigint not null,
    target text not null,
    members text not null,
    revisions text not null,
    state text not null,
    media_id text not null default '',
    filed_at bigint not null default 0,
    publish_id text not null default '',
    publish_state text not null default '',
    article_id text not null default '',
    urls text not null default '',
    polls bigint not null default 0,
    next_at bigint not null default 0,
    at bigint not null
);
create index article_filing_members on article_filing (members, at);
create index article_filing_next on article_filing (next_at) where next_at > 0;

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

create table article_key (
    name text primary key,
    secret text not null
);

-- +goose Down
drop table article_key;
drop table article_act;
drop table article_filing;
drop table article_sent;
drop table article_image;
drop table article_blob;
drop table article_waiver;
drop table article_run;
drop table article_revision;
drop table article;
delete from counter where name = 'article';
