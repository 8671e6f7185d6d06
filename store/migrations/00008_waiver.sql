-- +goose Up

-- A waiver is for one mark: what it says, and where. Those of before know no place.
alter table article_waiver rename to article_waiver_before;
create table article_waiver (
    article bigint not null references article (n),
    mark text not null,
    place text not null,
    reason text not null,
    who text not null,
    at bigint not null,
    primary key (article, mark, place)
);
insert into article_waiver (article, mark, place, reason, who, at)
    select article, mark, '', reason, who, at from article_waiver_before;
drop table article_waiver_before;

-- +goose Down

-- What is for one place would be for all alike, so it is not kept.
delete from article_waiver where place <> '';
create table article_waiver_before (
    article bigint not null references article (n),
    mark text not null,
    reason text not null,
    who text not null,
    at bigint not null,
    primary key (article, mark)
);
insert into article_waiver_before (article, mark, reason, who, at)
    select article, mark, reason, who, at from article_waiver;
drop table article_waiver;
alter table article_waiver_before rename to article_waiver;
