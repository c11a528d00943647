package web

import (
	"strconv"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// The choices of the contact form, as the form shows them.

func (v contactPage) t(key string) string { return v.P.T("public.contact." + key) }

func (v contactPage) send() string {
	if v.Partner {
		return ui.In(v.P, "/partner/send")
	}
	return ui.In(v.P, "/contact/send")
}

func (v contactPage) sendText() string {
	if v.Partner {
		return v.P.T("public.partner.send")
	}
	return v.t("send")
}

// settled tells whether the service is known already: there is one, or the reader came from its page.
func (v contactPage) settled() bool { return len(v.Offers) == 1 || v.C.Settled }

// about names the service when it is settled.
func (v contactPage) about() string {
	if v.settled() {
		return v.Offer.Model.Name(v.P.Lang())
	}
	return ""
}

func (v contactPage) offerChoice() ui.Choice {
	c := ui.Choice{Name: "for", Label: v.t("for"), Value: v.C.Offer, Error: v.Mistakes.Of("for")}
	for _, o := range v.Offers {
		x := ui.Option{Value: o.Slug, Label: o.Name, Hint: o.Lead}
		if o.Child {
			x.Reveal = ageField(v, v.ageKey(o.Slug))
		}
		c.Options = append(c.Options, x)
	}
	return c
}

// ageKey tells the age fields of several services for children apart. The chosen one's is where the error summary leads.
func (v contactPage) ageKey(offer string) string {
	if offer == v.C.Offer {
		return "age"
	}
	return "age-" + offer
}

// channelChoice is how to go on. "I will come back myself" is first and equal to the rest (D-185).
func (v contactPage) channelChoice() ui.Choice {
	c := ui.Choice{Name: "channel", Label: v.t("how"), Value: v.C.Channel, Error: v.Mistakes.Of("channel")}
	if v.Partner {
		c.Label, c.Hint = v.P.T("public.partner.how"), v.P.T("public.partner.ask")
	}
	for _, key := range []string{"none", "call", "sms", "email"} {
		o := ui.Option{Value: key, Label: v.t(key), Hint: v.t(key + "-hint")}
		if key != "none" {
			o.Reveal = reach(v, key)
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// of is what was given for a channel: nothing, unless it is the chosen one.
func (v contactPage) of(channel string) contact {
	if channel == v.C.Channel {
		return v.C
	}
	return contact{}
}

// reachField is one input of a channel, with what was typed and what is wrong with it.
func (v contactPage) reachField(channel, name string, f ui.Field) ui.Field {
	c := v.of(channel)
	f.Name, f.Value = channel+"-"+name, map[string]string{"address": c.Address, "code-word": c.Word, "last-day": c.LastDay}[name]
	f.Error = v.Mistakes.Of(f.Name)
	return f
}

func (v contactPage) timesChoice() ui.Choice {
	return v.wishes("times", v.C.Times, v.Offer.Model.Times)
}

func (v contactPage) placesChoice() ui.Choice {
	return v.wishes("places", v.C.Places, v.Offer.Model.Places)
}

func (v contactPage) wishes(name string, ticked, from []string) ui.Choice {
	c := ui.Choice{Name: name, Label: v.t(name), Values: ticked, Error: v.Mistakes.Of(name)}
	for _, key := range from {
		c.Options = append(c.Options, ui.Option{Value: key, Label: v.t(key)})
	}
	return c
}

func (v contactPage) areaChoice() ui.Choice {
	c := ui.Choice{Name: "area", Label: v.t("area"), Value: v.C.Area, Error: v.Mistakes.Of("area"), Empty: v.t("area-any")}
	if areas := intake.Areas(v.Unit.Unit, v.Unit.Places); len(areas) > 1 {
		for _, a := range areas {
			c.Options = append(c.Options, ui.Option{Value: a, Label: a})
		}
	}
	return c
}

func (v contactPage) languageChoice() ui.Choice {
	return ui.Choice{Name: "language", Label: v.t("lang"), Value: v.C.Lang, Error: v.Mistakes.Of("language"), Options: languages()}
}

func (v contactPage) hourChoice(channel, name string, first, last int) ui.Choice {
	c := ui.Choice{Name: channel + "-" + name, Label: v.t(name), Value: v.of(channel).From, Empty: v.t("hour-choose")}
	if name == "hour-to" {
		c.Value = v.of(channel).To
	}
	c.Error = v.Mistakes.Of(c.Name)
	for h := first; h <= last; h++ {
		c.Options = append(c.Options, ui.Option{Value: strconv.Itoa(h), Label: v.P.Clock(clockOf(h))})
	}
	return c
}

func clockOf(hour int) calendar.Clock {
	if hour < 10 {
		return calendar.Clock("0" + strconv.Itoa(hour) + ":00")
	}
	return calendar.Clock(strconv.Itoa(hour) + ":00")
}

func (v contactPage) allowedChoice(channel string) ui.Choice {
	c := ui.Choice{Name: channel + "-allowed", Label: v.t("allowed"), Hint: v.t("allowed-hint"), Values: v.of(channel).Allowed}
	keys := []string{"reminders", "say"}
	if channel == "call" {
		c.Label, keys = v.t("allowed-call"), []string{"voicemail", "say"}
	}
	for _, key := range append(keys, "again") {
		label := v.t(key)
		if key == "say" && channel == "call" {
			label = v.t("say-call")
		}
		c.Options = append(c.Options, ui.Option{Value: key, Label: label})
	}
	return c
}

// othersChoice asks whether anybody else may see or hear. No answer counts as yes (D-187).
func (v contactPage) othersChoice(channel string) ui.Choice {
	c := ui.Choice{Name: channel + "-others", Label: v.t("others"), Value: v.of(channel).Others, Error: v.Mistakes.Of(channel + "-others"), Inline: true}
	if channel == "call" {
		c.Label = v.t("others-call")
	}
	for _, key := range []string{"no", "yes"} {
		c.Options = append(c.Options, ui.Option{Value: key, Label: v.t("others-" + key)})
	}
	return c
}

func (v contactPage) presentChoice() ui.Choice {
	c := ui.Choice{Name: "present", Label: v.P.T("public.partner.together"), Error: v.Mistakes.Of("present"),
		Options: []ui.Option{{Value: "yes", Label: v.P.T("public.partner.present")}}}
	if v.C.Present {
		c.Values = []string{"yes"}
	}
	return c
}

// referrerChoice is which kind of place the partner works in: a kind is counted, never a person.
func (v contactPage) referrerChoice() ui.Choice {
	c := ui.Choice{Name: "referrer", Label: v.P.T("public.partner.from"), Value: v.C.Referrer, Error: v.Mistakes.Of("referrer"), Empty: v.P.T("public.partner.from-choose")}
	for _, key := range v.Offer.Model.Referrers {
		if key != "self" {
			c.Options = append(c.Options, ui.Option{Value: key, Label: v.Offer.Model.Text(v.P.Lang(), "referrer."+key)})
		}
	}
	return c
}

func languages() []ui.Option {
	var out []ui.Option
	for _, l := range locale.Langs() {
		out = append(out, ui.Option{Value: string(l), Label: l.Name()})
	}
	return out
}
