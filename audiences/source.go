package audiences

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"magpie/cards"
	"magpie/wechat"
)

// readFile takes the members from a file of Slack's.
func (f *importer) readFile(ctx context.Context) error {
	name, _, body, err := f.Files.Open(ctx, f.Source)
	if err != nil {
		return ofSource(err)
	}
	defer body.Close()
	f.Label = name
	t, err := openTable(body)
	if err != nil {
		return ofSource(err)
	}
	f.Columns = t.columns
	for {
		e, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return ofSource(err)
		}
		if e.bad != "" {
			f.leaveOut(e.bad, e.row)
		} else if err := f.add(ctx, member{e.row, e.openid, e.values}); err != nil {
			return err
		}
	}
}

// readPages takes the members from WeChat, or from what its events told. Their rows count
// from 1.
func (f *importer) readPages(ctx context.Context) error {
	wx := f.WeChat.Of(f.Account)
	ids := wx.Followers(ctx)
	if f.Kind == Tag {
		tag, err := f.tag(ctx)
		if err != nil {
			return ofSource(err)
		}
		f.Label = tag.Name
		ids = wx.Tagged(ctx, tag.ID)
	}
	if f.Kind == Subscribed {
		ids = f.subscribers(ctx, f.Account, f.Source)
	}
	row := int64(0)
	for id, err := range ids {
		if err != nil && f.Kind == Subscribed {
			return err
		} else if err != nil {
			return &sourceError{err}
		}
		row++
		if !IsOpenID(id) {
			f.leaveOut(badOpenID, row)
		} else if err := f.add(ctx, member{row: row, openid: id}); err != nil {
			return err
		}
	}
	return nil
}

// tag finds the tag by its id or its name.
func (f *importer) tag(ctx context.Context) (wechat.Tag, error) {
	all, err := f.WeChat.Of(f.Account).Tags(ctx)
	if err != nil {
		return wechat.Tag{}, err
	}
	for _, same := range []func(wechat.Tag) bool{
		func(t wechat.Tag) bool { return strconv.Itoa(t.ID) == f.Source },
		func(t wechat.Tag) bool {
			return strings.EqualFold(width.Fold.String(t.Name), width.Fold.String(f.Source))
		},
	} {
		for _, t := range all {
			if same(t) {
				return t, nil
			}
		}
	}
	return wechat.Tag{}, cards.Refuse("audience.no_tag", "tag", cards.Code(shorten(f.Source, 60)))
}

// sourceError says that the file or WeChat's page could not be read: a fault that is
// neither ours nor the database's.
type sourceError struct{ error }

func (e *sourceError) Unwrap() error { return e.error }

// ofSource is err as a sourceError, unless it is a refusal.
func ofSource(err error) error {
	if isRefusal(err) {
		return err
	}
	return &sourceError{err}
}

// passes reports whether trying again may help.
func (e *sourceError) passes() bool {
	if failed, ok := errors.AsType[*wechat.Error](e.error); ok {
		_, again := failed.RetryAfter()
		return again || failed.Unclear() // what only reads may be read again
	}
	var later interface{ RetryAfter() time.Duration }
	if errors.As(e.error, &later) {
		return later.RetryAfter() > 0
	}
	var network net.Error
	return errors.As(e.error, &network) || errors.Is(e.error, io.ErrUnexpectedEOF)
}

func isRefusal(err error) bool {
	_, ok := errors.AsType[*cards.Refusal](err)
	return ok
}

// reason is err in words.
func reason(err error) cards.Text {
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		return refusal.Text
	}
	if failed, ok := errors.AsType[*wechat.Error](err); ok {
		return cards.Both(wechatWords(failed, "en"), wechatWords(failed, "zh"))
	}
	return cards.T("audience.unread", "why", shorten(err.Error(), 200))
}

func wechatWords(e *wechat.Error, lang string) string {
	words := e.Meaning(lang)
	if e.Code != 0 {
		words += " (" + strconv.Itoa(e.Code) + ")"
	}
	return strings.TrimSpace(words + " " + e.Advice(lang))
}
