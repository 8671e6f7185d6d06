package articles

import (
	"strings"

	"github.com/sashabaranov/go-openai"
)

// asOpenAI makes the chunk that OpenAI would have sent of what a service sent; an error in it
// comes back as one. before says that text has come already; whole, that the answer is whole.
func asOpenAI(v any, before bool) (c openai.ChatCompletionStreamResponse, whole bool, err error) {
	if e := faultOf(v); e != nil {
		return c, false, e
	}
	o, ok := v.(map[string]any)
	if !ok {
		return c, false, nil
	}
	if e := promptFiltered(o); e != nil {
		return c, false, e
	}
	groq, _ := o["x_groq"].(map[string]any)
	if e := faultOf(groq); groq != nil && e != nil {
		return c, false, e
	}
	choice := firstChoice(o["choices"])
	if e := faultOf(choice); choice != nil && e != nil {
		return c, false, e
	}
	for _, usage := range []any{groq["usage"], choice["usage"], o["usage"]} {
		if u, ok := usage.(map[string]any); ok {
			c.Usage = &openai.Usage{
				PromptTokens: number(either(u["prompt_tokens"], u["input_tokens"])), CompletionTokens: number(either(u["completion_tokens"], u["output_tokens"])),
			}
		}
	}
	if choice == nil {
		return c, false, nil
	}
	var said openai.ChatCompletionStreamChoice
	delta, _ := choice["delta"].(map[string]any)
	said.Delta.Content, said.Delta.Refusal = textOf(delta["content"]), textOf(delta["refusal"])
	if message, ok := choice["message"].(map[string]any); ok && said.Delta.Content == "" {
		whole = delta == nil // some repeat the whole answer beside, or after, its pieces
		if !before {
			said.Delta.Content, said.Delta.Refusal = textOf(message["content"]), textOf(message["refusal"])
		}
	}
	if delta == nil && choice["message"] == nil {
		said.Delta.Content = textOf(choice["text"])
	}
	said.FinishReason = finishOf(textOf(either(choice["finish_reason"], choice["finishReason"])))
	c.Choices = []openai.ChatCompletionStreamChoice{said}
	return c, whole, nil
}

func either(a, b any) any {
	if a != nil {
		return a
	}
	return b
}

// firstChoice is the choice of index 0; only one is asked for.
func firstChoice(v any) map[string]any {
	list, _ := v.([]any)
	for _, one := range list {
		if choice, ok := one.(map[string]any); ok && number(choice["index"]) == 0 {
			return choice
		}
	}
	return nil
}

// textOf is the text of a value: a text, or a list of parts as Mistral gives them, without
// those that are thoughts.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b strings.Builder
		for _, part := range v {
			b.WriteString(textOf(part))
		}
		return b.String()
	case map[string]any:
		switch v["type"] {
		case nil, "text", "output_text":
			return textOf(v["text"])
		}
	}
	return ""
}

// finishOf reads why an answer ended. Whatever is no length and no filter is an end.
func finishOf(reason string) openai.FinishReason {
	switch strings.ToLower(strings.TrimSpace(reason)) {
	case "", "null":
		return ""
	case "length", "max_tokens", "model_length":
		return openai.FinishReasonLength
	case "content_filter", "safety", "sensitive":
		return openai.FinishReasonContentFilter
	}
	return openai.FinishReasonStop
}

// promptFiltered is the refusal of Azure's filter of what was asked, where it tells it in
// the stream.
func promptFiltered(o map[string]any) error {
	for _, key := range []string{"prompt_filter_results", "prompt_annotations"} {
		results, _ := o[key].([]any)
		for _, r := range results {
			result, _ := r.(map[string]any)
			filters, _ := result["content_filter_results"].(map[string]any)
			for name, f := range filters {
				if filter, ok := f.(map[string]any); ok && filter["filtered"] == true {
					return &serviceError{Codes: "content_filter", Said: name}
				}
			}
		}
	}
	return nil
}
