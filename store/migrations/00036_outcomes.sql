-- +goose Up
-- A mass message whose end WeChat is asked about, for its account receives no events.
create table mass_message (
    account text not null,
    msg_id text not null,
    request bigint not null,
    sent_at bigint not null,
    state text not null,
    told_at bigint not null default 0, -- when WeChat said so; 0: not yet
    asked bigint not null default 0, -- how often it was asked
    next_at bigint not null default 0, -- when it is asked next; 0: it is not
    primary key (account, msg_id)
);
create index mass_message_next on mass_message (next_at) where next_at > 0;
create index mass_message_request on mass_message (request);

-- What is taken back, or was: once.
create table taken_back (
    account text not null,
    what text not null, -- msg:MSG_ID or article:ARTICLE_ID
    part bigint not null, -- the number of an article in it, from 1; 0: all of it
    by_request bigint not null, -- that takes it back
    of_request bigint not null default 0, -- that sent or published it; 0: not known
    at bigint not null default 0, -- when WeChat did; 0: not yet
    primary key (account, what, part)
);
create index taken_back_of on taken_back (of_request);

-- Articles that are out, and what is told of them when.
create table publication (
    account text not null,
    msg_data_id text not null, -- their name in WeChat's figures
    request bigint not null, -- that sent or published them
    media_id text not null, -- of the draft
    filing text not null default '', -- where they were published; '' where they were sent
    out_at bigint not null,
    step bigint not null default 0,
    next_at bigint not null default 0, -- when they are told of next; 0: they are not
    known text not null default '', -- the newest figures
    known_at bigint not null default 0,
    primary key (account, msg_data_id)
);
create index publication_next on publication (next_at) where next_at > 0;
create index publication_request on publication (request);
create index publication_media on publication (media_id);

-- Which of a filing's articles were taken back, by which request and when: JSON by number.
alter table article_filing add column taken_back text not null default '';

-- +goose Down
alter table article_filing drop column taken_back;
drop table publication;
drop table taken_back;
drop table mass_message;
