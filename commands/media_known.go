package commands

import (
	"context"

	"magpie/articles"
	"magpie/cards"
	"magpie/wechat"
)

// readNews is what a media_id of articles of an account's holds. It is refused where neither WeChat gives
// anything back for it nor a request here has filed it: what news upload has filed WeChat
// sends and does not show.
func readNews(ctx context.Context, b *Book, account, mediaID string) (all []articles.DraftArticle, filedBy int64, err error) {
	all, _, err = articles.ReadDraft(ctx, b.wechat.Client, mediaID)
	if err != nil || len(all) > 0 {
		return all, 0, err
	}
	filedBy, err = b.outbox.Returned(ctx, account, "media_id", mediaID, "news.upload", "article.upload")
	if err == nil && filedBy == 0 {
		err = atField(cards.Refuse("fault.no_draft", "media", cards.Code(mediaID), "line", cards.Code(b.index.said("drafts"))), "MEDIA_ID")
	}
	return nil, filedBy, err
}

// knownMedia refuses a media_id of a picture, a voice or a video that WeChat does not
// know.
func knownMedia(ctx context.Context, b *Book, mediaID string) error {
	known, err := b.wechat.KnowsMedia(ctx, mediaID)
	if err == nil && !known {
		return atField(cards.Refuse("fault.no_media", "media", cards.Code(mediaID), "line", cards.Code(b.index.said("material list"))), "MEDIA_ID")
	}
	return err
}

// whatMedia says what is in a message: the articles as they were read, or what kind of
// thing it is.
func whatMedia(kind string, all []articles.DraftArticle, filedBy int64) []cards.Text {
	switch {
	case kind == wechat.MediaImage:
		return []cards.Text{cards.T("mass.an_image")}
	case kind == wechat.MediaVoice:
		return []cards.Text{cards.T("mass.a_voice")}
	case kind == wechat.MediaVideo:
		return []cards.Text{cards.T("mass.a_video")}
	case filedBy > 0:
		return []cards.Text{cards.T("mass.filed_by", "n", filedBy)}
	}
	return articles.DraftLines(all)
}

// previewOf is the button that shows a draft; none where it cannot be read.
func previewOf(mediaID string, all []articles.DraftArticle) cards.Button {
	if len(all) == 0 {
		return cards.Button{}
	}
	return articles.PreviewButton(mediaID)
}

// pictureOf is the media_id of what stands on a card as a picture: the cover, or the
// picture itself that is sent.
func pictureOf(kind, mediaID string, all []articles.DraftArticle) string {
	if kind == wechat.MediaImage {
		return mediaID
	}
	return articles.CoverMedia(all)
}
