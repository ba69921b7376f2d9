package templates

import (
	"strings"

	"golang.org/x/text/language"
)

func spanish() words {
	return words{
		Tag: language.Spanish,

		Mail:         "correo electrónico",
		Issue:        "Número {n}",
		ReadOnline:   "Leer en línea",
		Inside:       "En este número",
		TopStory:     "En portada",
		Rest:         "Y además",
		ReadAt:       "Leer en {source}",
		AlsoIn:       "También en {tag}",
		AlsoTags:     "también en {tags}",
		Elsewhere:    "También en {sources}",
		Untitled:     "Sin título",
		Unsubscribe:  "Darse de baja",
		ChooseTopics: "Elegir temas",
		PauseMail:    "Pausar",
		Unfollow:     "Dejar de seguir {tag}",
		LeaveLink:    "Darse de baja por correo",
		LeaveByMail:  "Para darse de baja, basta escribir a {address} con el asunto «unsubscribe».",
		Privacy:      "Sin píxeles de seguimiento ni enlaces reescritos: cada titular lleva directamente a su fuente.",
		PrivacyLoad:  "Sin enlaces reescritos: cada titular lleva directamente a su fuente. La imagen se carga desde el sitio que la publica.",
		Done:         "Eso es todo.",
		Next:         "El próximo número llega {when}.",
		Why:          "La dirección {email} recibe este correo porque está suscrita a «{title}».",
		WhyWhen:      "La dirección {email} recibe este correo {schedule} porque está suscrita a «{title}».",

		Hello:       "Hola, {name}.",
		Overview:    "{stories} de {sources}.",
		OverviewMin: "{stories} de {sources}, cerca de {minutes} de lectura en total.",

		NewStories: counted{One: "un artículo nuevo", Other: "{n} artículos nuevos"},
		Sources:    counted{One: "una fuente", Other: "{n} fuentes"},
		MinutesAll: counted{One: "{n} minuto", Other: "{n} minutos"},
		Stories:    counted{One: "{n} artículo", Other: "{n} artículos"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{Other: "{n} más en línea"},
		MoreHidden: counted{One: "{n} más que no cupo", Other: "{n} más que no cupieron"},
		MoreNames:  counted{Other: "{n} más"},
		Broken: counted{
			One:   "una fuente no se pudo leer esta vez: {names}.",
			Other: "{n} fuentes no se pudieron leer esta vez: {names}.",
		},
		Shortened: counted{
			One:   "Para que este correo llegue completo, un artículo aparece sin su resumen.",
			Other: "Para que este correo llegue completo, {n} artículos aparecen sin su resumen.",
		},

		And:      " y ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Spelled:  strings.Fields("cero uno dos tres cuatro cinco seis siete ocho nueve diez"),
		Grouped:  10_000,
		LongDate: "{weekday}, {day} de {month} de {year}",
		At:       "a las {time}",
		AtOne:    "a la {time}",
		When:     "el {weekday} {at}",
		WhenDate: "el {weekday} {day} de {month} {at}",
		Daily:    "todos los días {at}",
		Workdays: "de lunes a viernes {at}",
		Weekly:   "{weekdays} {at}",
		Monthly:  "el día {day} de cada mes {at}",
		Weekdays: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		EachDay:  [7]string{"los domingos", "los lunes", "los martes", "los miércoles", "los jueves", "los viernes", "los sábados"},
		Months: [12]string{
			"enero", "febrero", "marzo", "abril", "mayo", "junio",
			"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
		},

		Pages: spanishPages(),
	}
}
