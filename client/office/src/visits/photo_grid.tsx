import { useState } from "preact/hooks";
import type { Photo } from "../api/types";
import { dateTime, number } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icons";

const addressOf = (photo: Photo): string => `/v1/blobs/${photo.sha256}`;

/// What a tile shows: the small picture where there is one, which is also there first.
const tileAddressOf = (photo: Photo): string | null =>
  photo.thumbnail_sha256 ? `/v1/blobs/${photo.thumbnail_sha256}` : photo.is_here ? addressOf(photo) : null;

const wordsOf = (photo: Photo): string =>
  photo.caption || (photo.moment ? textOfCode("photo.moment.", photo.moment) : t("office.photo"));

export function PhotoGrid({ photos, zone, most = Infinity }: { photos: Photo[]; zone: string; most?: number }) {
  const [enlarged, setEnlarged] = useState<number | null>(null);
  const shown = photos.slice(0, most);
  return (
    <>
      <ul class="photos">
        {shown.map((photo, index) => (
          <li key={photo.id}>
            <Tile photo={photo} onEnlarge={() => setEnlarged(index)} hidden={index === most - 1 ? photos.length - most : 0} />
          </li>
        ))}
      </ul>
      {enlarged !== null && <Enlarged photos={photos} at={enlarged} zone={zone} onMove={setEnlarged} onClose={() => setEnlarged(null)} />}
    </>
  );
}

function Tile({ photo, onEnlarge, hidden }: { photo: Photo; onEnlarge: () => void; hidden: number }) {
  const [isBroken, setBroken] = useState(false);
  if (photo.sha256 === null) return <Missing icon="lock" words={t("office.photo.erased")} />;
  const address = tileAddressOf(photo);
  if (address === null || isBroken) return <Missing icon="clock" words={t("office.photo.on_way")} />;
  const shown = hidden > 0 ? t("office.photo.more", { count: hidden }) : wordsOf(photo);
  return (
    <button type="button" class="photo" onClick={onEnlarge} aria-label={t("office.photo.enlarge", { photo: shown })}>
      <img src={address} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
      <span class="photo-words">{shown}</span>
    </button>
  );
}

function Missing({ icon, words }: { icon: "lock" | "clock"; words: string }) {
  return (
    <div class="photo is-missing">
      <Icon name={icon} />
      <span>{words}</span>
    </div>
  );
}

interface EnlargedProps {
  photos: Photo[];
  at: number;
  zone: string;
  onMove: (at: number) => void;
  onClose: () => void;
}

function Enlarged({ photos, at, zone, onMove, onClose }: EnlargedProps) {
  const photo = photos[at];
  if (!photo) return null;
  const move = (step: number) => onMove((at + step + photos.length) % photos.length);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") move(1);
    if (event.key === "ArrowLeft") move(-1);
  };
  return (
    <Dialog title={wordsOf(photo)} onClose={onClose}>
      <div class="enlarged" onKeyDown={onKey}>
        {photo.sha256 && photo.is_here ? <img src={addressOf(photo)} alt={wordsOf(photo)} /> : <Missing icon="clock" words={t("office.photo.on_way")} />}
        <footer>
          <button type="button" class="icon-button" aria-label={t("office.photo.previous")} onClick={() => move(-1)}>
            <Icon name="back" />
          </button>
          <span>
            {t("format.progress", { done: at + 1, total: photos.length })} · {photo.moment && `${textOfCode("photo.moment.", photo.moment)} · `}
            {dateTime(photo.taken_at, zone)} · {number(photo.byte_count / 1_000_000, 1)} MB
          </span>
          <button type="button" class="icon-button is-turned" aria-label={t("office.photo.next")} onClick={() => move(1)}>
            <Icon name="back" />
          </button>
        </footer>
      </div>
    </Dialog>
  );
}
