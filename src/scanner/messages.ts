/**
 * Every text that a person sees or hears, by language. Pure data and a lookup; must not know the view.
 */
import type { ScanErrorCode } from "../errors.js";

const en = {
  view: "Barcode scanner",
  starting: "Starting the camera …",
  paused: "Paused",
  recovering: "The camera is gone. Scanning goes on when it is back.",
  found: "{format}: {value}",
  foundMany: "{count} codes found",
  torch: "Light",
  switchCamera: "Change camera",
  insecure_context: "The camera needs a secure page (https).",
  camera_unsupported: "This browser cannot use the camera. Open the page in another browser.",
  camera_permission_denied:
    "The camera was not allowed. Allow it in the browser's settings for this page and try again.",
  camera_not_found: "No camera was found. Connect one and try again.",
  camera_in_use: "The camera is in use. Close other applications that use it and try again.",
  camera_overconstrained: "No camera fits the request.",
  camera_lost: "The camera is gone. Connect it or allow it again.",
  camera_stalled: "The camera delivers no picture. Reload the page.",
  camera_unsupported_control: "This camera cannot do that.",
  failed: "Scanning has stopped. Reload the page.",
};

/** The texts; `{…}` stands for a value. */
export type Messages = Readonly<Record<keyof typeof en, string>>;

/** Name of one of the texts. */
export type MessageKey = keyof Messages;

const de: Messages = {
  view: "Barcode-Scanner",
  starting: "Kamera startet …",
  paused: "Angehalten",
  recovering: "Die Kamera ist weg. Es geht weiter, sobald sie wieder da ist.",
  found: "{format}: {value}",
  foundMany: "{count} Codes gefunden",
  torch: "Licht",
  switchCamera: "Kamera wechseln",
  insecure_context: "Die Kamera braucht eine sichere Seite (https).",
  camera_unsupported: "Dieser Browser kann die Kamera nicht benutzen. Bitte die Seite in einem anderen Browser öffnen.",
  camera_permission_denied:
    "Die Kamera wurde nicht erlaubt. Bitte in den Einstellungen des Browsers für diese Seite erlauben und erneut versuchen.",
  camera_not_found: "Keine Kamera gefunden. Bitte eine anschließen und erneut versuchen.",
  camera_in_use: "Die Kamera ist belegt. Bitte andere Programme schließen, die sie benutzen, und erneut versuchen.",
  camera_overconstrained: "Keine Kamera passt zur Anforderung.",
  camera_lost: "Die Kamera ist weg. Bitte wieder anschließen oder erlauben.",
  camera_stalled: "Die Kamera liefert kein Bild. Bitte die Seite neu laden.",
  camera_unsupported_control: "Das kann diese Kamera nicht.",
  failed: "Das Scannen wurde beendet. Bitte die Seite neu laden.",
};

const fr: Messages = {
  view: "Lecteur de codes-barres",
  starting: "Démarrage de la caméra …",
  paused: "En pause",
  recovering: "La caméra n’est plus là. La lecture reprendra à son retour.",
  found: "{format} : {value}",
  foundMany: "{count} codes trouvés",
  torch: "Lumière",
  switchCamera: "Changer de caméra",
  insecure_context: "La caméra exige une page sécurisée (https).",
  camera_unsupported: "Ce navigateur ne peut pas utiliser la caméra. Ouvrez la page dans un autre navigateur.",
  camera_permission_denied:
    "L’accès à la caméra a été refusé. Autorisez-le dans les réglages du navigateur pour cette page, puis réessayez.",
  camera_not_found: "Aucune caméra trouvée. Branchez-en une et réessayez.",
  camera_in_use: "La caméra est occupée. Fermez les autres applications qui l’utilisent et réessayez.",
  camera_overconstrained: "Aucune caméra ne convient à la demande.",
  camera_lost: "La caméra n’est plus là. Rebranchez-la ou autorisez-la de nouveau.",
  camera_stalled: "La caméra ne donne pas d’image. Rechargez la page.",
  camera_unsupported_control: "Cette caméra ne sait pas le faire.",
  failed: "La lecture s’est arrêtée. Rechargez la page.",
};

const es: Messages = {
  view: "Lector de códigos de barras",
  starting: "Iniciando la cámara …",
  paused: "En pausa",
  recovering: "La cámara no está. La lectura seguirá cuando vuelva.",
  found: "{format}: {value}",
  foundMany: "{count} códigos encontrados",
  torch: "Luz",
  switchCamera: "Cambiar de cámara",
  insecure_context: "La cámara necesita una página segura (https).",
  camera_unsupported: "Este navegador no puede usar la cámara. Abra la página en otro navegador.",
  camera_permission_denied:
    "No se permitió la cámara. Permítala en los ajustes del navegador para esta página e inténtelo de nuevo.",
  camera_not_found: "No se encontró ninguna cámara. Conecte una e inténtelo de nuevo.",
  camera_in_use: "La cámara está en uso. Cierre otras aplicaciones que la usen e inténtelo de nuevo.",
  camera_overconstrained: "Ninguna cámara se ajusta a lo pedido.",
  camera_lost: "La cámara no está. Conéctela o permítala de nuevo.",
  camera_stalled: "La cámara no da imagen. Recargue la página.",
  camera_unsupported_control: "Esta cámara no puede hacerlo.",
  failed: "La lectura se ha detenido. Recargue la página.",
};

const LANGUAGES: Readonly<Record<string, Messages>> = { en, de, fr, es };

/** Languages that come with the library; `messages` adds any other. */
export const LOCALES: readonly string[] = Object.keys(LANGUAGES);

export const MESSAGE_KEYS = Object.keys(en) as readonly MessageKey[];

/** Texts of a BCP 47 tag (`de-AT` takes `de`, an unknown one English), with the application's own on top. */
export const messagesFor = (locale: string | undefined, own: Partial<Messages> = {}): Messages => ({
  ...(LANGUAGES[(locale ?? "en").toLowerCase().split("-")[0] ?? "en"] ?? en),
  ...own,
});

/** Puts values in place of `{…}`; a value is never searched for placeholders itself. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** The text for an error of this code. */
export const errorMessage = (messages: Messages, code: ScanErrorCode): string =>
  code in messages ? messages[code as MessageKey] : messages.failed;
