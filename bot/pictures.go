package bot

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// pictureWaits are the waits for Slack to have looked through a picture. Until it has,
// it takes no message that shows it.
var pictureWaits = []time.Duration{100 * time.Millisecond, 300 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}

// Keep puts a picture where cards can show it and returns its id: nobody sees it but on
// a card. The picture known by an id before is taken where Slack still has it.
func (f *Files) Keep(ctx context.Context, known, name, title string, data []byte) (id string, err error) {
	if known != "" {
		_, _, _, err := f.client.GetFileInfoContext(ctx, known, 0, 0)
		if err == nil {
			return known, nil
		}
		if !isCode(err, "file_not_found", "file_deleted") {
			return "", tellError("files.info", err)
		}
	}
	file, err := f.client.UploadFileContext(ctx, slack.UploadFileParameters{Reader: bytes.NewReader(data), FileSize: len(data), Filename: name, Title: title, AltTxt: altText(name, title)})
	if err != nil {
		return "", tellError("files.completeUploadExternal", err)
	}
	for _, wait := range pictureWaits {
		info, _, _, err := f.client.GetFileInfoContext(ctx, file.ID, 0, 0)
		if err != nil {
			return "", tellError("files.info", err)
		}
		if info.Mimetype != "" {
			return file.ID, nil
		}
		if err := sleep(ctx, wait); err != nil {
			return "", tellError("files.info", err)
		}
	}
	return "", &TellError{Method: "files.info", Err: errors.New("the picture is not ready"), retry: retryLater}
}

// asTaken calls fn with a card, and again with less where Slack refuses its blocks: with its
// charts in words and its list row by row, which not every workspace draws otherwise yet, then
// without its picture, which people lose or a rule deletes. The card has to stand.
func asTaken(card cards.Card, fn func(card cards.Card, again bool) error) error {
	err := fn(card, false)
	if isInvalid(err) && len(card.Charts)+len(card.Columns) > 0 {
		card = asRows(chartsInWords(card))
		err = fn(card, true)
	}
	if isInvalid(err) && card.Image.File != "" {
		card.Image = cards.Image{}
		err = fn(card, true)
	}
	return err
}

func isInvalid(err error) bool {
	told, ok := errors.AsType[*TellError](err)
	return ok && told.Code == "invalid_blocks"
}

func (d drawer) image(i cards.Image) block {
	alt := shorten(d.plain(i.Alt), maxAlt)
	return block{slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: i.File}, alt, "", nil), size(alt)}
}
