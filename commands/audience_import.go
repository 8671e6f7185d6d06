package commands

import (
	"context"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
)

type audienceImportArgs struct {
	Name    AudienceName `arg:"" name:"NAME" example:"vip"`
	File    string       `name:"file" formed:"" files:"1" placeholder:"FILE"`
	Replace *string      `name:"replace" enum:"yes" said:"" people:""`
}

// audienceImport makes an audience of a CSV file. The file comes by its form, by the
// message shortcut, or with the message that says the line.
func audienceImport() *Command {
	c := &Command{
		Path:     "audience import",
		Role:     outbox.Sender,
		Examples: []string{`audience import vip`},
		Asks:     true,
		grammar:  func() any { return new(audienceImportArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*audienceImportArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		files := separated(a.File)
		if len(files) == 0 {
			files = call.Files
		}
		line := "audience import " + Quote(string(a.Name))
		switch {
		case len(files) == 0 && call.Form:
			return Answer{}, atField(cards.Refuse("fault.audience_no_file"), "file")
		case len(files) == 0 && a.Replace != nil:
			return Answer{Form: c.form(line+" replace=yes", []string{"file"})}, nil
		case len(files) == 0:
			return Answer{Form: c.form(line, []string{"file"})}, nil
		case len(files) > 1:
			return Answer{}, atField(cards.Refuse("fault.audience_files", "count", len(files)), "file")
		}
		return told(b.audiences.Import(ctx, call.onAudience(), audiences.Wanted{
			Name: string(a.Name), Kind: audiences.CSV, Source: files[0], Line: line + " file=" + Quote(files[0]), Replace: a.Replace != nil,
		}))
	}
	return c
}
