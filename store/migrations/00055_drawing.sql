-- +goose Up
-- A formula or a diagram by what it depends on, drawn once; depth is in hundredths of a pixel,
-- problem says why there is no picture.
create table article_drawing (
    name text primary key,
    sha256 text not null default '',
    width bigint not null default 0,
    height bigint not null default 0,
    depth bigint not null default 0,
    problem text not null default '',
    at bigint not null
);

-- +goose Down
drop table article_drawing;
