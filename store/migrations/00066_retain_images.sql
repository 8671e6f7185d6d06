-- +goose Up
-- When an image was last kept or asked to be filed: before that it may be named by what is not
-- committed yet. Those of before have no such time.
alter table article_blob add column at bigint not null default 0;
-- By these an image finds what names it.
create index article_image_sha256 on article_image (sha256);
create index article_drawing_sha256 on article_drawing (sha256);
create index article_cover on article (cover) where cover <> '';

-- +goose Down
drop index article_cover;
drop index article_drawing_sha256;
drop index article_image_sha256;
alter table article_blob drop column at;
