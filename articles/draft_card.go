package articles

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/wechat"
)

// DraftFace is a draft as its readers see it before they open it: titles and digests.
func DraftFace(all []DraftArticle) cards.Face {
	if len(all) == 1 {
		return cards.Face{Title: all[0].Title}.Add(cards.Text{}, all[0].Digest)
	}
	var face cards.Face
	for _, a := range all {
		face.Lines = append(face.Lines, cards.Line{Label: cards.Plain(a.Title), Text: a.Digest})
	}
	return face
}

// DraftLines say what a title and a digest do not of a draft: how many pictures there are, and
// who may comment.
func DraftLines(all []DraftArticle) []cards.Text {
	var lines []cards.Text
	for _, a := range all {
		if len(a.Pictures) > 0 {
			lines = append(lines, cards.T("article.draft_pictures", "title", a.Title, "count", len(a.Pictures)))
		}
		switch a.Comments {
		case Everybody:
			lines = append(lines, cards.T("article.draft_comments_all", "title", a.Title))
		case OnlyFans:
			lines = append(lines, cards.T("article.draft_comments_followers", "title", a.Title))
		}
	}
	return lines
}

// DraftContents shows what a draft was approved with, by the names of WeChat's fields.
// What DraftSums shows comes last on a card.
func DraftContents(all []DraftArticle) []cards.Content {
	var shown []cards.Content
	for i, a := range all {
		before := numbered(i, len(all))
		for _, c := range []cards.Content{
			{Label: "title", Text: a.Title}, {Label: "author", Text: a.Author}, {Label: "digest", Text: a.Digest}, {Label: "content_source_url", Text: a.Source},
			{Label: "thumb_media_id", Text: a.Cover}, {Label: "image_list", Text: strings.Join(a.Pictures, "\n")}, {Label: "product_key", Text: a.Product},
		} {
			if c.Label = before + c.Label; c.Text != "" {
				shown = append(shown, c)
			}
		}
	}
	return shown
}

// DraftSums are the hashes of a draft's articles.
func DraftSums(all []DraftArticle) []cards.Content {
	var shown []cards.Content
	for i, a := range all {
		shown = append(shown, cards.Content{Label: numbered(i, len(all)) + "sha256", Text: a.SHA256})
	}
	return shown
}

// PreviewButton shows a draft as it is.
func PreviewButton(mediaID string) cards.Button { return button("preview", "draft show "+mediaID, "") }

// ShowDraft shows the whole of a draft as it is now: its text, WeChat's own preview of it,
// and whatever else WeChat gives back. Refuses with cards.NotFound where there is none.
func ShowDraft(ctx context.Context, w *wechat.Client, mediaID string) (cards.Card, error) {
	items, changed, err := readItems(ctx, w, mediaID)
	if err != nil {
		return cards.Card{}, err
	}
	if len(items) == 0 {
		return cards.Card{}, cards.Refuse("article.draft_none", "media", cards.Code(mediaID)).WithCode(cards.NotFound)
	}
	card := cards.Card{Title: cards.T("article.draft_title")}
	var all []DraftArticle
	for i, item := range items {
		a, err := draftArticle(item)
		if err != nil {
			return card, err
		}
		all = append(all, a)
		before := numbered(i, len(items))
		if item.URL != "" {
			card.Content = append(card.Content, cards.Content{Label: before + "url", Text: item.URL, Link: true})
		}
		if item.ThumbURL != "" {
			card.Content = append(card.Content, cards.Content{Label: before + "thumb_url", Text: item.ThumbURL, Link: true})
		}
		for _, c := range DraftContents([]DraftArticle{a}) {
			card.Content = append(card.Content, cards.Content{Label: before + c.Label, Text: c.Text})
		}
		card.Content = append(card.Content, cards.Content{Label: before + "content", Text: render.PlainText(item.Content)})
		others, err := unnamed(item)
		if err != nil {
			return card, err
		}
		for _, c := range others {
			card.Content = append(card.Content, cards.Content{Label: before + c.Label, Text: c.Text})
		}
	}
	card.Face, card.Body = DraftFace(all), DraftLines(all)
	card.Content = append(card.Content, DraftSums(all)...)
	card.Notes = []cards.Text{cards.T("article.draft_preview_note")}
	if !changed.IsZero() {
		card.Notes = append(card.Notes, cards.T("article.draft_changed_at", "at", changed))
	}
	return card, nil
}

// named are the values of an article that are shown by their own words.
var named = []string{
	"title", "author", "digest", "content", "content_source_url", "thumb_media_id", "image_info", "product_info", "need_open_comment", "only_fans_can_comment",
}

// unnamed are the values of an article that have no words of their own here.
func unnamed(item wechat.NewsItem) ([]cards.Content, error) {
	canonical, err := item.Canonical()
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(canonical, &all); err != nil {
		return nil, fmt.Errorf("read an article's values: %w", err)
	}
	var shown []cards.Content
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if value := string(bytes.Trim(all[name], `"`)); !slices.Contains(named, name) && value != "" && value != "0" {
			shown = append(shown, cards.Content{Label: name, Text: value})
		}
	}
	return shown, nil
}
